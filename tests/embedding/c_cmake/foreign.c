#include <fastsig.h>
#include <stdio.h>

int main(void)
{
    const double slope = 0.2, sigma[] = {0.5, 1.0, 2.0};
    double value[FASTSIG_COMPONENTS][3], error[FASTSIG_COMPONENTS][3];
    fastsig_moments_output output = {value[0], error[0], NULL, NULL, NULL};
    fastsig_activation phi;

    int status = fastsig_activation_make("leaky_relu", &slope, &phi);
    if (status == FASTSIG_OK)
        status = fastsig_moments(&phi, FASTSIG_METHOD_AUTO, 0, 3, sigma, NULL, &output);
    if (status != FASTSIG_OK) {
        fprintf(stderr, "%s\n", fastsig_status_message(status));
        return 1;
    }
    for (int i = 0; i < 3; i++)
        printf("%g %.17g %.17g\n", sigma[i], value[FASTSIG_M2][i], error[FASTSIG_M2][i]);
    return 0;
}
