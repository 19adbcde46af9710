"""content/ -> Catalog: the files that people edit, checked and put in relation."""
