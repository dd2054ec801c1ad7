"""statistics and random with a fixed seed: the Mersenne Twister's numbers."""
import random, statistics
random.seed(42); print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(10), 3), random.gauss(0, 1), random.getrandbits(70), random.uniform(1, 2), random.choices("xyz", k=3), random.randrange(0, 100, 7))
x = [1, 2, 3, 4]; random.shuffle(x); print(x, random.expovariate(1), random.betavariate(1, 2), random.triangular(), random.randbytes(3))
random.seed("text"); print(random.random()); r = random.Random(1); s = r.getstate(); a = r.random(); r.setstate(s); print(a == r.random(), a)
print(statistics.mean([1, 2, 4]), statistics.median([3, 1, 2]), statistics.stdev([1, 2, 3, 4]), statistics.mode("aab"), statistics.pvariance([1, 2, 3]), statistics.quantiles([1, 2, 3, 4, 5]), statistics.fmean([1.5, 2.5]), statistics.geometric_mean([1, 4]), statistics.harmonic_mean([1, 2]), statistics.correlation([1, 2, 3], [1, 2, 4]), statistics.linear_regression([1, 2], [3, 5]), statistics.NormalDist(0, 1).cdf(0), statistics.median_low([1, 2]), statistics.multimode("aabb"))
for bad in ("random.choice([])", "random.randint(2, 1)", "random.sample([1], 2)", "statistics.mean([])", "statistics.stdev([1])", "random.randrange(0)"):
    try:
        eval(bad)
    except Exception as error:
        print(bad, "->", type(error).__name__, error)
