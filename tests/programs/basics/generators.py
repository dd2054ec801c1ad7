"""A generator gives its values one by one."""
def squares(n):
    for i in range(n):
        yield i * i
print(list(squares(5)), sum(squares(4)))
