package terzi.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import terzi.cli.Cli;

class SuggestionsTest {
    @ParameterizedTest
    @CsvSource({
        "finetune --recip x, Did you mean --recipe?",
        "finetune --recpie=x, Did you mean --recipe?",
        "train m --epoch 3, Did you mean --epochs?",
        "train m --batchsize 3, Did you mean --batch-size?",
        "classify m p --topk 3, Did you mean --top-k?",
        "trian, Did you mean train?",
        "evalute m, Did you mean evaluate?",
        "data chek, Did you mean check?",
        "bench comapre a b, Did you mean compare?",
        "backbones pul resnet50, Did you mean pull?",
        "explain m p --map camm, Did you mean cam?",
        "finetune --data d --class-weights balancd, Did you mean balanced?",
        "finetune --data d --recipe fats, Did you mean fast?",
        "bench m --backend ort-pyhton, Did you mean ort-python?",
        "doctor --jsn, Did you mean --json?"
    })
    void aMistypedWordIsAnsweredWithTheOneThatWasMeant(String line, String suggestion) {
        Cli cli = Cli.run(line.split(" ", -1));
        assertTrue(cli.exitCode() == ExitCode.USAGE || cli.exitCode() == ExitCode.FAILURE);
        assertTrue(cli.err().contains(suggestion), cli.err());
    }

    @Test
    void whatResemblesNothingGetsNoSuggestion() {
        assertFalse(Cli.run("doctor", "--wrong").err().contains("Did you mean"));
        assertFalse(Cli.run("xyzzy").err().contains("Did you mean"));
        assertFalse(Cli.run("train", "--recip", "x").err().contains("resume"), "train has no --recipe");
    }

    @Test
    void jsonHasTheSuggestionToo() {
        assertTrue(Cli.run("doctor", "--jsno", "--json").jsonError().endsWith("Did you mean --json?"));
    }

    /** Known values of the restricted form, which jellyfish 1.1 (unrestricted) has but for the fourth, there 2. */
    @ParameterizedTest
    @CsvSource({
        "train, trian, 1",
        "recipe, recpie, 1",
        "kitten, sitting, 3",
        "ca, abc, 3",
        "'', abc, 3",
        "same, same, 0"
    })
    void mistakesAreCounted(String one, String other, int mistakes) {
        assertEquals(mistakes, Suggestions.mistakes(one, other));
        assertEquals(mistakes, Suggestions.mistakes(other, one));
    }
}
