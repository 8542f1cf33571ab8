package terzi.training.recipe;

import terzi.files.Defaults;

/**
 * How gradients change the weights; the formulas are PyTorch's, so that a recipe tuned there behaves the same here.
 *
 * <p>Weight decay spares normalisation parameters and biases. In {@link AdamW} it is decoupled from the gradient; in
 * the others it is added to the gradient (an L2 penalty).
 */
public sealed interface Optimizer {
    /**
     * The base learning rate, which the {@link Schedule} scales.
     *
     * @return above 0
     */
    double learningRate();

    /**
     * The strength of weight decay.
     *
     * @return 0 = off
     */
    double weightDecay();

    /** Stochastic gradient descent: v = momentum * v + g; w -= lr * (nesterov ? g + momentum * v : v). */
    record Sgd(double learningRate, double momentum, boolean nesterov, double weightDecay) implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param momentum share of the last step that is kept, 0..1 without 1
         * @param nesterov whether the gradient is taken where momentum leads; needs a momentum above 0
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Sgd {
            Require.positive("learning_rate", learningRate);
            Require.within("momentum", 0, 1, momentum);
            Require.notNegative("weight_decay", weightDecay);
            if (nesterov && momentum == 0) {
                throw new IllegalArgumentException("nesterov needs a momentum greater than 0, for example 0.9");
            }
        }

        /** {@return a learning rate of 0.01 and a momentum of 0.9} */
        @Defaults
        public static Sgd defaults() {
            return new Sgd(0.01, 0.9, false, 0);
        }
    }

    /** Adam (Kingma and Ba, 2015); weight decay is added to the gradient. */
    record Adam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param beta1 decay of the mean gradient, 0..1 without 1
         * @param beta2 decay of the mean squared gradient, 0..1 without 1
         * @param epsilon added to the root of the mean square, above 0
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Adam {
            checkAdam(learningRate, beta1, beta2, epsilon, weightDecay);
        }

        /** {@return PyTorch's defaults: a learning rate of 0.001, no decay} */
        @Defaults
        public static Adam defaults() {
            return new Adam(1e-3, 0.9, 0.999, 1e-8, 0);
        }
    }

    /** Adam with decoupled weight decay (Loshchilov and Hutter, 2019): w *= 1 - lr * weightDecay before the step. */
    record AdamW(double learningRate, double beta1, double beta2, double epsilon, double weightDecay)
            implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param beta1 decay of the mean gradient, 0..1 without 1
         * @param beta2 decay of the mean squared gradient, 0..1 without 1
         * @param epsilon added to the root of the mean square, above 0
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public AdamW {
            checkAdam(learningRate, beta1, beta2, epsilon, weightDecay);
        }

        /** {@return PyTorch's defaults: a learning rate of 0.001, a decay of 0.01} */
        @Defaults
        public static AdamW defaults() {
            return new AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01);
        }
    }

    /** RMSprop (Hinton, 2012): s = alpha * s + (1 - alpha) * g^2; w -= lr * g / (sqrt(s) + epsilon). */
    record RmsProp(
            double learningRate, double alpha, double epsilon, double momentum, boolean centered, double weightDecay)
            implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param alpha decay of the mean squared gradient, 0..1 without 1
         * @param epsilon added to the root of the mean square, above 0
         * @param momentum share of the last step that is kept, 0..1 without 1
         * @param centered whether the square of the mean gradient is subtracted from the mean square
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public RmsProp {
            Require.positive("learning_rate", learningRate);
            Require.within("alpha", 0, 1, alpha);
            Require.positive("epsilon", epsilon);
            Require.within("momentum", 0, 1, momentum);
            Require.notNegative("weight_decay", weightDecay);
        }

        /** {@return a learning rate of 0.001, neither momentum nor decay} */
        @Defaults
        public static RmsProp defaults() {
            return new RmsProp(1e-3, 0.99, 1e-8, 0, false, 0);
        }
    }

    /** Adam with Nesterov momentum (Dozat, 2016). */
    record Nadam(
            double learningRate, double beta1, double beta2, double epsilon, double momentumDecay, double weightDecay)
            implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param beta1 decay of the mean gradient, 0..1 without 1
         * @param beta2 decay of the mean squared gradient, 0..1 without 1
         * @param epsilon added to the root of the mean square, above 0
         * @param momentumDecay decay of the momentum over the steps, 0 = none
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Nadam {
            checkAdam(learningRate, beta1, beta2, epsilon, weightDecay);
            Require.notNegative("momentum_decay", momentumDecay);
        }

        /** {@return PyTorch's defaults: a learning rate of 0.002, no decay} */
        @Defaults
        public static Nadam defaults() {
            return new Nadam(2e-3, 0.9, 0.999, 1e-8, 4e-3, 0);
        }
    }

    /**
     * Muon (Jordan and others, 2024): the momentum of each matrix of hidden weights is made orthogonal by five Newton-Schulz
     * iterations, so that rare directions are learned as well as frequent ones; filters count as rows. Decay is decoupled, as in
     * {@link AdamW}. Steps are as long as Adam's (Liu and others, 2025: 0.2 * sqrt(max(rows, columns))), so that a rate found for
     * {@link AdamW} fits. Biases, normalisation and the last weights are moved by {@link AdamW} at the same rate.
     */
    record Muon(double learningRate, double momentum, boolean nesterov, double weightDecay) implements Optimizer {
        /**
         * Creates the optimizer.
         *
         * @param learningRate base learning rate, above 0
         * @param momentum share of the last step that is kept, 0..1 without 1
         * @param nesterov whether the gradient is added to its momentum before it is made orthogonal
         * @param weightDecay strength of weight decay, 0 = off
         * @throws IllegalArgumentException if a value is out of its range
         */
        public Muon {
            Require.positive("learning_rate", learningRate);
            Require.within("momentum", 0, 1, momentum);
            Require.notNegative("weight_decay", weightDecay);
        }

        /** {@return a learning rate of 0.001, a momentum of 0.95 and a decay of 0.1} */
        @Defaults
        public static Muon defaults() {
            return new Muon(1e-3, 0.95, true, 0.1);
        }
    }

    private static void checkAdam(double learningRate, double beta1, double beta2, double epsilon, double weightDecay) {
        Require.positive("learning_rate", learningRate);
        Require.within("beta1", 0, 1, beta1);
        Require.within("beta2", 0, 1, beta2);
        Require.positive("epsilon", epsilon);
        Require.notNegative("weight_decay", weightDecay);
    }
}
