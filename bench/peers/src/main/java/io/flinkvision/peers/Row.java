package io.flinkvision.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A peer's rounds.
 *
 * @param labels of each picture, in the pictures' order
 * @param agreeing how many pictures got the label that flink-vision gives them
 */
record Row(Peer peer, List<Round> rounds, List<String> labels, int agreeing) {

    Spread spread(ToDoubleFunction<Round> figure) {
        return Spread.of(rounds.stream().map(figure::applyAsDouble).toList());
    }

    /** Of a figure of each round, divided by the same figure of another row's round of the same number. */
    Spread ratio(Row other, ToDoubleFunction<Round> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            ratios.add(figure.applyAsDouble(rounds.get(i)) / figure.applyAsDouble(other.rounds.get(i)));
        }
        return Spread.of(ratios);
    }
}
