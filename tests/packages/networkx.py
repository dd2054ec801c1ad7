"""networkx: paths, flows, components, centrality, trees, matchings and isomorphism of graphs."""
import random

import networkx as nx

roads = nx.Graph()
roads.add_weighted_edges_from([("a", "b", 4), ("a", "c", 2), ("b", "c", 1), ("b", "d", 5), ("c", "d", 8), ("c", "e", 10), ("d", "e", 2), ("e", "z", 3), ("d", "z", 6)])
print(roads, roads.degree["c"], sorted(roads.adjacency())[0])
print(nx.shortest_path(roads, "a", "z", weight="weight"), nx.shortest_path_length(roads, "a", "z", weight="weight"))
print(nx.dijkstra_path_length(roads, "a", "e"), nx.bellman_ford_path(roads, "a", "z"), nx.astar_path(roads, "a", "z", lambda u, v: 0))
print({k: dict(v) for k, v in list(nx.all_pairs_shortest_path_length(roads))[:2]})
print(sorted(nx.minimum_spanning_tree(roads).edges(data="weight")), nx.diameter(roads), sorted(nx.center(roads)))
print(sorted(map(sorted, nx.find_cliques(roads))), nx.is_bipartite(roads), nx.density(roads))
print({k: round(v, 4) for k, v in nx.betweenness_centrality(roads).items()})
print({k: round(v, 4) for k, v in nx.closeness_centrality(roads).items()})
print(nx.clustering(roads), round(nx.average_clustering(roads), 5), nx.transitivity(roads))

tasks = nx.DiGraph([("wake", "wash"), ("wash", "dress"), ("wake", "eat"), ("dress", "go"), ("eat", "go")])
print(list(nx.lexicographical_topological_sort(tasks)), nx.is_directed_acyclic_graph(tasks), nx.dag_longest_path(tasks))
print(sorted(nx.ancestors(tasks, "go")), sorted(nx.descendants(tasks, "wake")), sorted(nx.transitive_reduction(tasks).edges))
tasks.add_edge("go", "wake")
print([sorted(c) for c in nx.strongly_connected_components(tasks)], nx.find_cycle(tasks, "wake"), sorted(map(len, nx.simple_cycles(tasks))))
try:
    list(nx.topological_sort(tasks))
except nx.NetworkXUnfeasible as error:
    print(error)
try:
    nx.shortest_path(nx.Graph([(1, 2), (3, 4)]), 1, 4)
except nx.NetworkXNoPath as error:
    print(error)

pipes = nx.DiGraph()
for u, v, c in [("s", "a", 10), ("s", "b", 5), ("a", "b", 15), ("a", "t", 10), ("b", "t", 10)]:
    pipes.add_edge(u, v, capacity=c)
value, flow = nx.maximum_flow(pipes, "s", "t")
print(value, flow, nx.minimum_cut(pipes, "s", "t")[0])

pairs = nx.Graph([(1, "x"), (1, "y"), (2, "x"), (3, "y"), (3, "z")])
print(sorted((k, v) for k, v in nx.bipartite.hopcroft_karp_matching(pairs, [1, 2, 3]).items() if isinstance(k, int)))
print(sorted(map(sorted, nx.max_weight_matching(roads))), nx.is_connected(roads), nx.node_connectivity(roads))
print(sorted(nx.articulation_points(nx.path_graph(4))), sorted(nx.bridges(nx.lollipop_graph(3, 2))))
print(nx.is_isomorphic(nx.cycle_graph(5), nx.complement(nx.cycle_graph(5))), nx.is_planar(nx.complete_graph(5)), nx.check_planarity(nx.grid_2d_graph(3, 3))[0])
print(nx.greedy_color(nx.petersen_graph(), "largest_first"), nx.is_eulerian(nx.complete_graph(5)), len(list(nx.eulerian_circuit(nx.complete_graph(5)))))
print(list(nx.bfs_edges(nx.balanced_tree(2, 2), 0)), list(nx.dfs_preorder_nodes(nx.balanced_tree(2, 2), 0)))

random_graph = nx.gnp_random_graph(60, 0.08, seed=7)
print(random_graph, [len(c) for c in nx.connected_components(random_graph)], nx.number_of_isolates(random_graph))
print(sorted(dict(nx.core_number(random_graph)).items())[:8], sum(nx.triangles(random_graph).values()) // 3)
scale_free = nx.barabasi_albert_graph(100, 2, seed=random.Random(3))
print(nx.degree_histogram(scale_free), [sorted(c)[:5] for c in nx.community.greedy_modularity_communities(nx.karate_club_graph())])
print(nx.to_dict_of_lists(nx.path_graph(3)), nx.node_link_data(nx.path_graph(2)), list(nx.generate_edgelist(nx.path_graph(3), data=False)))
print("\n".join(nx.generate_gml(nx.path_graph(2))))
nx.write_network_text(nx.balanced_tree(2, 2, create_using=nx.DiGraph))
print(nx.parse_edgelist(["1 2", "2 3"], nodetype=int).edges, nx.utils.graphs_equal(nx.path_graph(3), nx.Graph([(0, 1), (1, 2)])))
multi = nx.MultiDiGraph([(1, 2), (1, 2), (2, 1)])
print(multi.number_of_edges(1, 2), sorted(multi.edges(keys=True)), nx.freeze(multi) is multi)
try:
    multi.add_node(3)
except nx.NetworkXError as error:
    print(error)
