package io.flinkvision.tools.audit;

/** What became of an input record, as far as the output topics tell. */
public enum Outcome {

    /** It has one record of labels, and no dead letter. */
    LABELLED,

    /** It has one dead letter, and no labels. */
    DEAD_LETTERED,

    /** It has neither, though the job's group is past it. */
    MISSING,

    /** It has more than one of either, or both. */
    DOUBLED,

    /** It has neither, and the job's group has not come to it yet. */
    WAITING;

    /** Whether the record is accounted for: it has its one outcome. */
    public boolean isSound() {
        return this == LABELLED || this == DEAD_LETTERED;
    }
}
