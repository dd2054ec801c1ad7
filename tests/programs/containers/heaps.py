# Heaps of both kinds, bisection, and lists that change under a comparison.
import bisect, heapq

heap = []
for x in [5, 2, 8, 1, 9, 3]:
    heapq.heappush(heap, x)
print(heap, [heapq.heappop(heap) for _ in range(6)])
heap = [3, 1, 2, 7, 7.5, 0]
heapq.heapify(heap)
print(heap, heapq.heapreplace(heap, 4), heapq.heappushpop(heap, -1), heap)
heapq.heapify_max(heap)
print(heap, heapq.heappushpop_max(heap, 5), heapq.heapreplace_max(heap, 1), heap)
print(heapq.nlargest(2, [3, 1, 2]), heapq.nsmallest(2, "hello"), list(heapq.merge([1, 4], [2, 3])))


class Evil:
    def __lt__(self, other):
        heap.clear()
        return True


heap = [Evil() for _ in range(5)]
try:
    heapq.heappop(heap)
except RuntimeError as error:
    print(error)
row = [1, 3, 3, 5]
print(bisect.bisect_left(row, 3), bisect.bisect(row, 3), bisect.bisect(row, -3, key=lambda x: -x))
bisect.insort(row, 4)
bisect.insort_left(row, 3.0)
print(row)
