package terzi.backbones;

import java.util.Optional;

/**
 * A network on Hugging Face.
 *
 * @param name name of the card, or {@code hf:owner/name}
 * @param id {@code owner/name} of the repository
 * @param network path of the network in it; empty for the usual ones
 * @param configuration {@code owner/name} of the repository with the configuration
 * @param revision commit or branch; empty for the newest commit
 * @param card licence and digest; empty for a repository without a card
 */
record HubSource(
        String name,
        String id,
        Optional<String> network,
        String configuration,
        Optional<String> revision,
        Optional<BackboneCard> card) {

    HubSource {
        require(id);
        require(configuration);
    }

    private static void require(String id) {
        if (!id.matches("[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*") || id.contains("..")) {
            throw new IllegalArgumentException("hf:" + id + ": expected hf:OWNER/NAME, such as hf:microsoft/resnet-50");
        }
    }

    /** @throws BackboneException if it is not {@code owner/name} */
    static HubSource of(String id) throws BackboneException {
        try {
            return new HubSource("hf:" + id, id, Optional.empty(), id, Optional.empty(), Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new BackboneException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Name of its folder in the cache. */
    String folder() {
        return card.isPresent() ? name : id.replace("/", "--");
    }

    /** SHA-256 of the network that the card pins; empty if it pins none. */
    Optional<String> pinned() {
        return card.map(BackboneCard::digest)
                .filter(digest -> digest.startsWith("sha256:"))
                .map(digest -> digest.substring("sha256:".length()));
    }
}
