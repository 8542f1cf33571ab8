package terzi.data;

import java.util.Arrays;

/**
 * Samples in rows.
 *
 * @param samples {@code [height, width]} float32
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Plane(int width, int height, float[] samples) {
    int size() {
        return samples.length;
    }

    float at(int i) {
        return samples[i];
    }

    /** The sample at the nearest place inside. */
    float clamped(int x, int y) {
        return samples[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))];
    }

    /** Convolved with a Gaussian of this standard deviation, the edges continued. */
    Plane blurred(double sigma) {
        int radius = (int) Math.ceil(3 * sigma);
        float[] kernel = new float[2 * radius + 1];
        double sum = 0;
        for (int i = -radius; i <= radius; i++) {
            kernel[i + radius] = (float) StrictMath.exp(-i * i / (2 * sigma * sigma));
            sum += kernel[i + radius];
        }
        for (int i = 0; i < kernel.length; i++) {
            kernel[i] /= (float) sum;
        }
        return convolved(kernel, true).convolved(kernel, false);
    }

    /** The mean of the square window around each sample, the edges continued. */
    Plane mean(int window) {
        float[] kernel = new float[window];
        Arrays.fill(kernel, 1f / window);
        return convolved(kernel, true).convolved(kernel, false);
    }

    private Plane convolved(float[] kernel, boolean across) {
        int radius = kernel.length / 2;
        float[] out = new float[samples.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                float sum = 0;
                for (int k = 0; k < kernel.length; k++) {
                    sum += kernel[k] * (across ? clamped(x + k - radius, y) : clamped(x, y + k - radius));
                }
                out[y * width + x] = sum;
            }
        }
        return new Plane(width, height, out);
    }

    /** Less its blur: what is finer than {@code sigma}. */
    Plane without(double sigma) {
        return minus(blurred(sigma));
    }

    Plane minus(Plane other) {
        float[] out = new float[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = samples[i] - other.samples[i];
        }
        return new Plane(width, height, out);
    }

    Plane times(Plane other) {
        float[] out = new float[samples.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = samples[i] * other.samples[i];
        }
        return new Plane(width, height, out);
    }

    double meanSquare() {
        double sum = 0;
        for (float sample : samples) {
            sum += sample * sample;
        }
        return sum / samples.length;
    }

    /** Their scalar product over their lengths, of samples around 0; 0 where one of them is flat. */
    double correlation(Plane other) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < samples.length; i++) {
            ab += samples[i] * other.samples[i];
            aa += samples[i] * samples[i];
            bb += other.samples[i] * other.samples[i];
        }
        return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
    }
}
