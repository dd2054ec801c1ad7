"""Tasks that send each other packets: attribute access and polymorphic calls."""
class Task:
    def __init__(self, name, next_task): self.name, self.next, self.queue, self.done = name, next_task, [], 0
    def run(self):
        if not self.queue: return False
        self.handle(self.queue.pop(0)); self.done += 1
        return True
class Worker(Task):
    def handle(self, n):
        if n > 0: self.next.queue.append(n - 1)
class Doubler(Task):
    def handle(self, n):
        if n > 1: self.next.queue.extend([n // 2, n // 2])
a = Worker("a", None); b = Doubler("b", a); c = Worker("c", b); a.next = c
a.queue.append(500)
steps = 0
while any([t.run() for t in (a, b, c)]): steps += 1
print(steps, [(t.name, t.done) for t in (a, b, c)])
