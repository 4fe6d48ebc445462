"""Golden rows of the statistics: prints the JSON of statistics.json beside it.

    python3 test/golden/statistics.py > test/golden/statistics.json
    npx prettier --write test/golden/statistics.json

Needs scipy >= 1.11 (false_discovery_control) and mpmath; which versions made the rows is in the JSON. Tails and
quantiles are scipy's, and the script refuses to print one that mpmath's 60 digits do not confirm. The rest is written
in numpy from the units themselves and from textbook formulas, not from moments.
"""

import json
import math

import mpmath
import numpy as np
import scipy
from scipy import optimize, stats

mpmath.mp.dps = 60


def confirmed(value, exact):
    """The number as a float, if both agree to 12 digits."""
    value = float(value)
    if abs(value - float(exact)) > 1e-12 * abs(float(exact)):
        raise SystemExit(f"scipy {value} is not mpmath {exact}")
    return value


def student_tail(t, df):
    t, df = mpmath.mpf(t), mpmath.mpf(df)
    return mpmath.betainc(df / 2, mpmath.mpf(1) / 2, 0, df / (df + t * t), regularized=True) / 2


def chi_square_tail(x, df):
    return mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, mpmath.inf, regularized=True)


def confirmed_limit(p, df):
    limit = float(stats.t.isf(p, df))
    confirmed(p, student_tail(limit, df))
    return limit


def tails():
    student = [(40, 3), (10, 1e6), (0, 5), (0.01, 1), (1.96, 1), (2.5, 4.7), (4, 17.776), (38, 99.5), (30, 1e4)]
    student += [(100, 1), (37, 12345.6)]
    limits = [(0.025, df) for df in (1, 3, 17.776, 99.5, 1e6)] + [(0.005, 2), (0.05, 7998), (1e-6, 30)]
    limits += [(1e-10, 3), (0.4, 1.5)]
    normal = [0, 0.1, 1, 1.959963984540054, 5, 8.3, 20, 30, 37, 37.04]
    chi = [(3.841, 1), (0.001, 1), (10.8, 1), (920, 1), (920, 3), (1300, 5), (25, 19), (60, 50), (1000, 10)]
    return {
        "student": [[t, df, confirmed(stats.t.sf(t, df), student_tail(t, df))] for t, df in student],
        "studentLimit": [[p, df, confirmed_limit(p, df)] for p, df in limits],
        "normal": [[z, confirmed(stats.norm.sf(z), mpmath.erfc(mpmath.mpf(z) / mpmath.sqrt(2)) / 2)] for z in normal],
        "chiSquare": [[x, df, confirmed(stats.chi2.sf(x, df), chi_square_tail(x, df))] for x, df in chi],
    }


def arms():
    """Named data sets of two arms, short numbers so that the JSON holds what was analysed."""
    random = np.random.default_rng(20190801)
    rounded = lambda values: [round(float(value), 3) for value in values]
    bought = lambda size, chance: (random.random(size) < chance) * random.lognormal(3, 1.5, size)
    return {
        # Student 1908, "The probable error of a mean", table of additional hours of sleep; R's `sleep`
        "sleep": (
            [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
            [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
        ),
        "heavy-tailed revenue": (rounded(bought(80, 0.2)), rounded(bought(60, 0.3))),
        "unequal": (rounded(random.normal(10, 0.1, 5)), rounded(random.normal(10.2, 5, 40))),
        "far from zero": (rounded(1e4 + random.normal(0, 1, 30)), rounded(1e4 + 0.7 + random.normal(0, 1, 30))),
        "rare conversions": ([1.0] * 3 + [0.0] * 97, [1.0] * 9 + [0.0] * 111),
        "two units": ([1.0, 2.0], [4.0, 8.0]),
        "far apart": (rounded(random.normal(1, 0.01, 50)), rounded(random.normal(2, 0.01, 50))),
    }


def student_row(estimate, se, df, alpha):
    width = stats.t.isf(alpha / 2, df) * se
    return {
        "standardError": float(se),
        "degrees": float(df),
        "p": float(2 * stats.t.sf(abs(estimate) / se, df)),
        "low": float(estimate - width),
        "high": float(estimate + width),
    }


def welch_row(name, control, treatment, alpha):
    control, treatment = np.array(control), np.array(treatment)
    test = stats.ttest_ind(treatment, control, equal_var=False)
    interval = test.confidence_interval(1 - alpha)
    difference = treatment.mean() - control.mean()
    return {
        "name": name,
        "alpha": alpha,
        "control": control.tolist(),
        "treatment": treatment.tolist(),
        "difference": float(difference),
        "standardError": float(difference / test.statistic),
        "degrees": float(test.df),
        "p": float(test.pvalue),
        "low": float(interval.low),
        "high": float(interval.high),
        "relative": delta_row(control, treatment, alpha),
    }


def delta_row(control, treatment, alpha):
    """Percent change by the delta method: the gradient of t / c on the two variances of means."""
    means = [(arm.mean(), arm.var(ddof=1) / len(arm), len(arm)) for arm in (control, treatment)]
    return percent_change(*means, alpha)


def percent_change(control, treatment, alpha):
    (c, c_variance, c_size), (t, t_variance, t_size) = control, treatment
    terms = [(t_variance / c**2, t_size - 1), (t**2 * c_variance / c**4, c_size - 1)]
    variance = sum(v for v, _ in terms)
    df = variance**2 / sum(v**2 / n for v, n in terms)
    return {"lift": float(t / c - 1), **student_row(t / c - 1, math.sqrt(variance), df, alpha)}


def ratio_of(y, x):
    """A ratio of sums and its variance: the gradient (1 / x, -y / x^2) on the covariance matrix of the means."""
    mean = np.array([y.mean(), x.mean()])
    covariance = np.cov(y, x, ddof=1) / len(y)
    gradient = np.array([1 / mean[1], -mean[0] / mean[1] ** 2])
    return mean[0] / mean[1], float(gradient @ covariance @ gradient)


def ratio_row(name, draw, alpha):
    arms = [draw(0), draw(1)]
    (c, c_variance), (t, t_variance) = [ratio_of(y, x) for y, x in arms]
    sizes = [len(arms[0][0]), len(arms[1][0])]
    variance = c_variance + t_variance
    df = variance**2 / (c_variance**2 / (sizes[0] - 1) + t_variance**2 / (sizes[1] - 1))
    return {
        "name": name,
        "alpha": alpha,
        "control": np.stack(arms[0], 1).tolist(),
        "treatment": np.stack(arms[1], 1).tolist(),
        "difference": float(t - c),
        **student_row(t - c, math.sqrt(variance), df, alpha),
        "relative": percent_change((c, c_variance, sizes[0]), (t, t_variance, sizes[1]), alpha),
    }


def ratios():
    random = np.random.default_rng(20180819)

    def clicks(arm):
        impressions = 1 + random.poisson(random.gamma(1, 6, 60 + 20 * arm))
        return random.binomial(impressions, random.beta(2, 15 - 5 * arm, len(impressions))), impressions

    def orders(arm):
        count = random.poisson(0.8, 70)
        return np.array([round(float(random.lognormal(3, 1, n).sum()), 2) for n in count]), count

    return [
        ratio_row("clicks per impression", clicks, 0.05),
        ratio_row("revenue per order, units without any among them", orders, 0.1),
    ]


def cuped_row(name, draw, alpha):
    arms = [draw(0), draw(1)]
    # the slope within arms is that of least squares on the covariate and an intercept an arm
    y = np.concatenate([a[0] for a in arms])
    x = np.concatenate([a[1] for a in arms])
    first = np.concatenate([np.ones(len(arms[0][0])), np.zeros(len(arms[1][0]))])
    theta = np.linalg.lstsq(np.stack([x, first, 1 - first], 1), y, rcond=None)[0][0]
    adjusted = [a[0] - theta * (a[1] - x.mean()) for a in arms]
    test = stats.ttest_ind(adjusted[1], adjusted[0], equal_var=False)
    interval = test.confidence_interval(1 - alpha)
    removed = 1 - sum(a.var(ddof=1) / len(a) for a in adjusted) / sum(a[0].var(ddof=1) / len(a[0]) for a in arms)
    return {
        "name": name,
        "alpha": alpha,
        "control": np.stack(arms[0], 1).tolist(),
        "treatment": np.stack(arms[1], 1).tolist(),
        "theta": float(theta),
        "varianceRemoved": float(removed),
        "difference": float(adjusted[1].mean() - adjusted[0].mean()),
        "degrees": float(test.df),
        "p": float(test.pvalue),
        "low": float(interval.low),
        "high": float(interval.high),
    }


def cuped():
    random = np.random.default_rng(20130204)

    def views(arm):
        rate = random.gamma(2, 2, 50 + 30 * arm)
        known = random.random(len(rate)) < 0.8
        return random.poisson(rate * (1 + 0.2 * arm)), random.poisson(rate * 2) * known

    def spend(arm):
        before = np.round(random.lognormal(3, 1, 40), 2)
        return np.round(0.8 * before + random.normal(2 * arm, 5, 40), 2), before

    return [cuped_row("views, some units without a past", views, 0.05), cuped_row("heavy-tailed spend", spend, 0.01)]


def always_valid():
    """Waudby-Smith et al., arXiv:2103.06476, theorem 2.2, in its own terms: t units, their deviation sigma, and rho."""
    cases = [
        ((1000, 1200), (4.0, 5.5), 0.21, 0.05, 5000),
        ((40, 25), (1.0, 0.2), -0.9, 0.01, 65),
        ((9000, 9000), (30.0, 31.0), 0.05, 0.1, 1000),
    ]
    rows = []
    for n, variances, difference, alpha, tuned in cases:
        rho = math.sqrt((-2 * math.log(alpha) + math.log(-2 * math.log(alpha) + 1)) / tuned)
        t = sum(n)
        sigma = math.sqrt(t * (variances[0] / n[0] + variances[1] / n[1]))
        root = t * rho**2 + 1
        width = lambda level: sigma * math.sqrt(2 * root / (t**2 * rho**2) * math.log(math.sqrt(root) / level))
        # the level at which 0 is on the edge, looked for
        touches = lambda level: width(level) - abs(difference)
        p = 1.0 if touches(1.0) > 0 else optimize.brentq(touches, 1e-300, 1.0, xtol=1e-300, rtol=1e-14)
        given = {"n": n, "variances": variances, "difference": difference, "alpha": alpha, "tunedFor": tuned}
        rows.append({**given, "low": difference - width(alpha), "high": difference + width(alpha), "p": p})
    return rows


def sample_ratios():
    cases = [([5000, 5100], [0.5, 0.5]), ([821588, 815482], [1, 1]), ([900, 50, 50], [0.9, 0.06, 0.04])]
    cases += [([10, 20, 30, 40], [1, 2, 3, 4]), ([60000, 40000], [0.5, 0.5])]
    rows = []
    for counts, shares in cases:
        test = stats.chisquare(counts, np.array(shares) / sum(shares) * sum(counts))
        rows.append({"counts": counts, "shares": shares, "chiSquare": float(test.statistic), "p": float(test.pvalue)})
    return rows


def discoveries():
    random = np.random.default_rng(1995)
    cases = [[0.01, 0.02, 0.03, 0.04, 0.05], [1e-300, 0.5, 1.0, 0.5], [round(float(p), 6) for p in random.beta(0.4, 1, 40)]]
    return [{"given": given, "adjusted": stats.false_discovery_control(given).tolist()} for given in cases]


print(
    json.dumps(
        {
            "versions": {"scipy": scipy.__version__, "numpy": np.__version__, "mpmath": mpmath.__version__},
            "tails": tails(),
            "welch": [welch_row(name, *pair, 0.05) for name, pair in arms().items()]
            + [welch_row("sleep", *arms()["sleep"], 0.001)],
            "ratio": ratios(),
            "cuped": cuped(),
            "alwaysValid": always_valid(),
            "sampleRatio": sample_ratios(),
            "discoveries": discoveries(),
        }
    )
)
