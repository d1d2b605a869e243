package io.flinkvision.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private static final PictureSet PICTURES = new PictureSet("some", List.of(new byte[1]));

    private final List<String> progress = new ArrayList<>();
    private final List<String> order = new ArrayList<>();
    private final AtomicLong compiled = new AtomicLong();

    /** Classifies at the given rates, of which the last one stays. */
    private class Planned implements Contender {

        private final String name;
        private final List<Double> rates;
        private final List<Integer> counts = new ArrayList<>();

        Planned(String name, Double... rates) {
            this.name = name;
            this.rates = List.of(rates);
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public int parallelism() {
            return 1;
        }

        @Override
        public Map<String, Round> run(PictureSet pictures, int count) {
            double rate = rates.get(Math.min(counts.size(), rates.size() - 1));
            counts.add(count);
            order.add(name);
            return Map.of(name, new Round(count, count, count / rate, 1, 0, 0, 0, OptionalLong.empty()));
        }

        @Override
        public void close() {}
    }

    private Turns turns(int rounds, Turns.Pace pace, Planned... contenders) {
        return new Turns(List.of(contenders).stream().map(each -> new Turns.Turn(each.name(), each, PICTURES)).toList(),
                new Turns.Effort(rounds, 7, OptionalInt.empty(), 2), pace, progress::add, compiled::get);
    }

    @Test
    void theWarmUpGoesOnUntilNoContenderGetsFaster() throws InterruptedException {
        Planned steady = new Planned("steady", 100.0);
        Planned warming = new Planned("warming", 10.0, 50.0, 80.0, 95.0, 99.0);
        Turns turns = turns(7, Turns.Pace.OWN, steady, warming);

        WarmUp warmUp = turns.warmUp();

        assertThat(warmUp).isEqualTo(new WarmUp(4, List.of()));
        assertThat(progress).contains("unreported round 4 of at most 7, 190 to 200 pictures each");
    }

    @Test
    void theWarmUpHasAtMostAsManyRoundsAsAreReportedAndNamesWhoStillGotFaster() throws InterruptedException {
        Turns turns = turns(3, Turns.Pace.OWN,
                new Planned("steady", 100.0), new Planned("warming", 10.0, 20.0, 30.0, 40.0, 50.0));

        WarmUp warmUp = turns.warmUp();

        assertThat(warmUp.rounds()).isEqualTo(3);
        assertThat(warmUp.isSteady()).isFalse();
        assertThat(warmUp.unsteady()).containsExactly("warming was 33 % faster than before");
        assertThat(warmUp.toLines()).containsExactly("warm-up: 3 rounds, NOT ENOUGH: in the last one",
                "- warming was 33 % faster than before");
    }

    @Test
    void eachRoundBeginsWithAnotherContender() throws InterruptedException {
        Turns turns = turns(3, Turns.Pace.OWN, new Planned("a", 10.0), new Planned("b", 10.0), new Planned("c", 10.0));
        turns.warmUp();
        order.clear();

        turns.rounds();

        assertThat(String.join("", order)).isEqualTo("abcbcacab");
    }

    @Test
    void allHaveAsManyPicturesAsTheFirstOneClassifiesInATurn() throws InterruptedException {
        Planned first = new Planned("first", 10.0, 50.0);
        Planned second = new Planned("second", 20.0);
        Turns turns = turns(1, Turns.Pace.FIRST, first, second);
        turns.warmUp();

        List<Map<String, List<Round>>> rounds = turns.rounds();

        // The warm-up's pictures, 2 s at its rate, and twice 2 s at the rate of the round before.
        assertThat(second.counts).containsExactly(7, 20, 100, 100);
        assertThat(rounds.get(1).get("second")).extracting(Round::pictures).containsExactly(100);
    }

    @Test
    void eachHasAsManyPicturesAsItClassifiesInATurn() throws InterruptedException {
        Planned first = new Planned("first", 10.0);
        Planned second = new Planned("second", 20.0);
        Turns turns = turns(1, Turns.Pace.OWN, first, second);
        turns.warmUp();

        turns.rounds();

        assertThat(first.counts).endsWith(20);
        assertThat(second.counts).endsWith(40);
    }

    @Test
    void theWarmUpGoesOnWhileTheCompilerIsBusy() throws InterruptedException {
        Planned compiling = new Planned("compiling", 10.0) {
            @Override
            public Map<String, Round> run(PictureSet pictures, int count) {
                compiled.addAndGet(order.size() < 4 ? 1_000_000 : 0);
                return super.run(pictures, count);
            }
        };

        assertThat(turns(7, Turns.Pace.OWN, compiling).warmUp()).isEqualTo(new WarmUp(4, List.of()));
    }

    @Test
    void aCompilerThatIsStillBusyIsReported() throws InterruptedException {
        Planned compiling = new Planned("compiling", 10.0) {
            @Override
            public Map<String, Round> run(PictureSet pictures, int count) {
                compiled.addAndGet(1_000_000);
                return super.run(pictures, count);
            }
        };

        assertThat(turns(2, Turns.Pace.OWN, compiling).warmUp().unsteady()).singleElement().asString()
                .startsWith("the JIT compiler took ");
    }
}
