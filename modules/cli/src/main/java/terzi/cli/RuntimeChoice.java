package terzi.cli;

import terzi.inference.ClassifierOptions;
import terzi.inference.Device;

/** What the options of a command say about how a classifier runs. */
record RuntimeChoice(String device, int threads, int topK) {
    RuntimeChoice {
        optionsFor(device, threads, topK); // refuses what is impossible
    }

    ClassifierOptions options() {
        return optionsFor(device, threads, topK);
    }

    private static ClassifierOptions optionsFor(String device, int threads, int topK) {
        return ClassifierOptions.defaults()
                .withDevice(Device.parse(device))
                .withThreads(threads)
                .withTopK(topK);
    }
}
