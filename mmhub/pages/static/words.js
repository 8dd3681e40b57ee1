// What is said of a row in few words.

import { number } from "./dom.js";

export function verdict(row) {
  if (row.fate === "kept") return "kept";
  return row.reason ? `${row.fate}: ${row.reason}` : row.fate;
}

export function why(row) {
  const bounds = [];
  if (row.at_least !== undefined && row.at_least !== null) bounds.push(`at least ${number(row.at_least)}`);
  if (row.at_most !== undefined && row.at_most !== null) bounds.push(`at most ${number(row.at_most)}`);
  if (row.fact && row.value !== undefined && bounds.length) {
    return `${row.fact} ${brief(row.value)}, where ${bounds.join(" and ")} was asked`;
  }
  return row.message ?? "";
}

export function brief(value) {
  if (value === null || value === undefined) return "–";
  if (Array.isArray(value)) return value.map(brief).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : number(value);
}

export function clock(seconds) {
  const whole = Math.floor(seconds / 60);
  return `${whole}:${(seconds % 60).toFixed(1).padStart(4, "0")}`;
}
