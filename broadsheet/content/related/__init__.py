"""Which papers are related: by the words and phrases of title and abstract, and by tags that few papers share.

A paper becomes a vector of features, weighed by how often it has them and how few others do (TF-IDF). Papers that
share its most telling features are candidates; they are compared by all they have in common.

Weights and similarities are whole numbers, rarity counts in half doublings, and ties go by slug or by numbers that
stand for features. So neither the order of the input nor the machine matters, and a paper that shares no word and no
tag with any other changes no list, unless with it the number of papers passes a power of two.
"""
