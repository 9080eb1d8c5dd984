"""Exact conversion factors, for the edges where people speak in knots, feet and degrees.

Inside the system everything is SI and radians.
"""

NAUTICAL_MILE_M = 1852.0
"""International nautical mile (BIPM, SI brochure 9, table 8)."""

KNOT_M_PER_S = NAUTICAL_MILE_M / 3600.0
"""One nautical mile an hour."""

FOOT_M = 0.3048
"""International foot (1959 agreement)."""

SPEED_OF_LIGHT_M_PER_S = 299_792_458.0
"""Speed of light in vacuum (SI definition)."""
