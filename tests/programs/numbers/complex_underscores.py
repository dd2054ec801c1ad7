# Underscores in the text of a complex number stand between digits.
for text in ["1_0+2_0j", "(1_0)", "1_", "_1", "1__0", "1+2_j", "  1_ ", "1_.5", "1e_5", "\u0661_\u0662", "\u0661_", "1 2", "1_0 2", "nan_"]:
    try:
        print(ascii(text), complex(text))
    except ValueError as error:
        print(ascii(text), ascii(error))
