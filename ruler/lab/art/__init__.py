"""Drawing: the table, the ruler, the graphs. Plain data and a UI scale in, pixels out."""
