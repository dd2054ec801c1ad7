"""Shortest paths with heapq and dicts."""
import heapq
graph = {"a": {"b": 7, "c": 9, "f": 14}, "b": {"a": 7, "c": 10, "d": 15}, "c": {"a": 9, "b": 10, "d": 11, "f": 2}, "d": {"b": 15, "c": 11, "e": 6}, "e": {"d": 6, "f": 9}, "f": {"a": 14, "c": 2, "e": 9}}
def shortest(start, end):
    queue, seen = [(0, start, [])], set()
    while queue:
        cost, node, path = heapq.heappop(queue)
        if node in seen: continue
        seen.add(node); path = path + [node]
        if node == end: return cost, path
        for neighbour, weight in graph[node].items():
            heapq.heappush(queue, (cost + weight, neighbour, path))
print(shortest("a", "e"), shortest("b", "f"))
