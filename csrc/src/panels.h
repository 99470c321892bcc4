/* First panels of an expectation, which know where things can happen, and the sums over
 * panels. Each rule (adaptive.c, legendre_pieces.c, tanh_sinh.c) fills panels in. */
#ifndef FASTSIG_PANELS_H
#define FASTSIG_PANELS_H

#include "moments.h"

struct place {
    double z, x;
    int from_x; /* x is the place itself, z was computed from it; else the other way round */
};

struct panel {
    struct place low, high;
    double rank;      /* largest share of a goal */
    double roundings; /* of places, relative to the width: a narrow panel far out has many */
    int level;        /* of a rule that has levels */
    size_t first, count; /* its points in the present round, if rules differ by panel */
    double value[FASTSIG_MAX_ROWS], size[FASTSIG_MAX_ROWS], error[FASTSIG_MAX_ROWS];
    double step[FASTSIG_MAX_ROWS]; /* last difference, of a rule that has levels */
    double lost[FASTSIG_MAX_ROWS]; /* what rounding of places does beside a singularity */
};

struct mesh {
    const fastsig_expectation_problem *problem;
    size_t panels, capacity;
    struct panel *panel;
    size_t room;
    double *points; /* of one round: columns z, x, and what a rule adds */
    int64_t evaluations;
};

/* The first panels. */
int mesh_begin(struct mesh *mesh);
/* Room for so many panels, and for so many numbers in `points`. */
int mesh_reserve(struct mesh *mesh, size_t panels, size_t room);
/* Ask the integrand. */
int mesh_evaluate(struct mesh *mesh, size_t n, const double *z, const double *x, double *values);
/* Totals over panels; returns whether every row meets its goal, and ranks the panels. */
int mesh_totals(struct mesh *mesh, double *value, double *error, double *size);

struct place place_at_z(const fastsig_expectation_problem *problem, double z);
struct place place_at_x(const fastsig_expectation_problem *problem, double x);
/* Whether x is the coordinate in which a panel's width and nodes are rounded less. */
int panel_in_x(const fastsig_expectation_problem *problem, const struct panel *panel);
/* Width in z; sets panel->roundings. */
double panel_width(const fastsig_expectation_problem *problem, struct panel *panel);
/* x, kept off the ends of the panel. */
double panel_inside(double x, const struct panel *panel);
/* Nodes in (-1, 1), ascending and symmetric, on a panel. */
void panel_lay(const fastsig_expectation_problem *problem, const struct panel *panel, int n, const double *node, double *z,
               double *x);

#endif
