package terzi.runs;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import terzi.backbones.Backbone;
import terzi.backbones.BackboneOptions;
import terzi.backbones.Backbones;

/**
 * A request to fetch a pretrained network, check it against the golden logits of its card, and keep it for later runs.
 *
 * @param name a name of the catalogue, a network file, or {@code hf:owner/name}
 * @param from a file or folder to take the network from instead of downloading it
 * @param hub where {@code hf:} names are looked up
 * @param execution how the run is carried out
 */
public record BackboneFetching(String name, Optional<Path> from, URI hub, Execution execution)
        implements Run<FetchedBackbone> {

    /**
     * {@return a request to fetch from where the card says}
     *
     * @param name a name of the catalogue, a network file, or {@code hf:owner/name}
     */
    public static BackboneFetching of(String name) {
        return new BackboneFetching(
                name, Optional.empty(), BackboneOptions.defaults().hub(), Execution.defaults());
    }

    /**
     * {@return the same from a file or folder instead of a download}
     *
     * @param fileOrFolder a file or folder to take the network from instead of downloading it
     */
    public BackboneFetching withFrom(Path fileOrFolder) {
        return new BackboneFetching(name, Optional.of(fileOrFolder), hub, execution);
    }

    /**
     * {@return the same with another place to look up {@code hf:} names}
     *
     * @param address where {@code hf:} names are looked up
     */
    public BackboneFetching withHub(URI address) {
        return new BackboneFetching(name, from, address, execution);
    }

    /**
     * {@return the same carried out otherwise}
     *
     * @param chosen how the run is carried out
     */
    public BackboneFetching withExecution(Execution chosen) {
        return new BackboneFetching(name, from, hub, chosen);
    }

    @Override
    public FetchedBackbone run(RunListener listener) throws IOException {
        BackboneAccess access = new BackboneAccess(new RunLog(listener, execution), execution, from, hub);
        Backbone backbone = access.open(name);
        Optional<Path> cached = Backbones.cached(name, access.options());
        NetworkSummary network = NetworkSummary.of(backbone.network());
        return new FetchedBackbone(
                BackboneDescription.of(backbone.card()),
                backbone.card().golden().map(golden -> golden.madeWith()),
                NetworkText.preprocessing(backbone.preprocessing()),
                network,
                network.head(),
                backbone.labels(),
                cached,
                cached.isPresent() ? Optional.of(Files.size(cached.get())) : Optional.empty());
    }
}
