"""Fibonacci by recursion, Hanoi by nesting."""
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)
print([fib(n) for n in range(15)])
def hanoi(n, a="a", b="b", c="c"):
    moves = []
    def move(n, a, b, c):
        if n:
            move(n - 1, a, c, b)
            moves.append(a + c)
            move(n - 1, b, a, c)
    move(n, a, b, c)
    return moves
print(hanoi(3))
