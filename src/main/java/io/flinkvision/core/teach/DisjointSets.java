package io.flinkvision.core.teach;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sets without common elements (Tarjan's union by index with path halving); the smallest element names a set. */
final class DisjointSets {

    private final int[] parents;

    DisjointSets(int elements) {
        parents = new int[elements];
        for (int i = 0; i < elements; i++) {
            parents[i] = i;
        }
    }

    DisjointSets copy() {
        DisjointSets copy = new DisjointSets(parents.length);
        System.arraycopy(parents, 0, copy.parents, 0, parents.length);
        return copy;
    }

    void join(int a, int b) {
        int rootOfA = root(a);
        int rootOfB = root(b);
        parents[Math.max(rootOfA, rootOfB)] = Math.min(rootOfA, rootOfB);
    }

    boolean areJoined(int a, int b) {
        return root(a) == root(b);
    }

    private int root(int element) {
        int root = element;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    int[] representatives() {
        int[] roots = new int[parents.length];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = root(i);
        }
        return roots;
    }

    /** The sets in the order of their smallest elements, each in ascending order. */
    List<List<Integer>> members() {
        Map<Integer, List<Integer>> members = new TreeMap<>();
        for (int i = 0; i < parents.length; i++) {
            members.computeIfAbsent(root(i), root -> new ArrayList<>()).add(i);
        }
        return List.copyOf(members.values());
    }
}
