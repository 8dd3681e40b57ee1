"""Recall and false drops of the operators, on defects planted into real samples: a module per modality."""
