//! Newick text in, arrays out, and back; what is refused and how it is said.

use proptest::prelude::*;
use seq_table::{NO_NODE, NegativeLengths, Phylogeny, TableError, parse_newick, write_newick};

fn parse(text: &str) -> Result<Phylogeny, TableError> {
    parse_newick(text.as_bytes(), NegativeLengths::Refuse)
}

fn names(tree: &Phylogeny) -> Vec<&str> {
    (0..tree.node_count() as u32).map(|node| tree.name(node)).collect()
}

fn error(text: &str) -> TableError {
    parse(text).err().unwrap_or_else(|| panic!("{text:?} was accepted"))
}

#[test]
fn numbers_nodes_in_preorder_with_lengths_and_names() {
    let tree = parse("((a:1,b:2)ab:3,c:4.5e-1)r:9;").unwrap();
    assert_eq!(tree.parents(), [NO_NODE, 0, 1, 1, 0]);
    assert_eq!(tree.lengths(), [9.0, 3.0, 1.0, 2.0, 0.45]);
    assert_eq!(names(&tree), ["r", "ab", "a", "b", "c"]);
    assert_eq!(tree.tips(), [2, 3, 4]);
    assert_eq!(tree.tip("c"), Some(4));
    assert_eq!(tree.total_length(), 6.45);
}

#[test]
fn takes_missing_lengths_as_zero_and_the_last_semicolon_as_optional() {
    for text in ["((a,b),c);", "((a,b),c)", " ( ( a , b ) , c ) ; \n", "((a:0,b:-0.0):0,c:0.0e5);"] {
        let tree = parse(text).unwrap();
        assert_eq!(tree.parents(), [NO_NODE, 0, 1, 1, 0]);
        assert!(tree.lengths().iter().all(|length| length.to_bits() == 0), "{text}");
    }
}

#[test]
fn reads_quotes_comments_unicode_and_blanks() {
    let text = "\u{feff}[one [nested] comment](('it''s (a), b:1; [x]':1[&rate=2],\"say \"\"hi\"\"\":2)\
                [after],d'un nom_bare :\n3 ,naïve\u{2603}:4,''):5;[end]";
    let tree = parse(text).unwrap();
    assert_eq!(names(&tree), ["", "", "it's (a), b:1; [x]", "say \"hi\"", "d'un nom_bare", "naïve\u{2603}", ""]);
    assert_eq!(tree.lengths(), [5.0, 0.0, 1.0, 2.0, 3.0, 4.0, 0.0]);
}

#[test]
fn keeps_polytomies_single_child_chains_and_lone_nodes() {
    assert_eq!(parse("(a,b,c,d);").unwrap().parents(), [NO_NODE, 0, 0, 0, 0]);
    assert_eq!(parse("(((a:1):2):3);").unwrap().lengths(), [0.0, 3.0, 2.0, 1.0]);
    assert_eq!(parse("a;").unwrap().tips(), [0]);
    assert_eq!(parse("a:3;").unwrap().total_length().to_bits(), 0);
    assert_eq!(parse("();").unwrap().tips(), [1]);
    assert_eq!(parse("(,(,));").unwrap().tips(), [1, 3, 4]);
}

#[test]
fn reads_a_caterpillar_of_a_million_tips_without_recursion() {
    let deep = 1_000_000;
    let mut text = "(".repeat(deep);
    text.push('x');
    for tip in 0..deep {
        text.push_str(&format!(",t{tip}:1):0.5"));
    }
    text.push(';');
    let tree = parse(&text).unwrap();
    assert_eq!(tree.node_count(), 2 * deep + 1);
    assert_eq!(tree.tips().len(), deep + 1);
    assert_eq!(parse(&write_newick(&tree)).unwrap().parents(), tree.parents());
}

#[test]
fn refuses_unbalanced_parentheses_with_the_place() {
    assert_eq!(
        error("(a:1,b:2").to_string(),
        "Newick: the text ends with 1 \"(\" still open at line 1, column 9. The text is cut off or damaged; every \"(\" \
         needs its \")\"."
    );
    for text in ["(a,b));", "((a,b);", "(((", ")", "a,b;", "(a,b)),c);"] {
        let code = error(text).code();
        assert!(code == "NEWICK_UNBALANCED" || code == "NEWICK_INVALID", "{text}: {code}");
    }
    assert!(error("(a,\n(b,é;").to_string().contains("line 2, column 5"));
}

#[test]
fn refuses_repeated_tip_names_by_name_and_count() {
    assert_eq!(error("(a:1,a:2);"), TableError::TipNameDuplicate { first: "a".into(), count: 1 });
    assert_eq!(error("(b,(a,'a'),(a,b));"), TableError::TipNameDuplicate { first: "a".into(), count: 3 });
    assert!(parse("((a,b)x,(c,d)x);").is_ok());
}

#[test]
fn refuses_lengths_that_are_no_finite_number_from_zero_up() {
    for bad in ["nan", "inf", "-inf", "Infinity", "1e999", "-0.5", "x", "", "1.2.3", "0x10", "1 2", "1,5"] {
        let text = format!("((q:1,named:{bad}),c);");
        if bad == "1,5" {
            assert_eq!(parse(&text).unwrap().tips().len(), 4);
            continue;
        }
        let error = error(&text);
        assert_eq!(error.code(), "BRANCH_LENGTH_INVALID", "{bad}");
        assert!(
            error.to_string().contains("node \"named\"") && error.to_string().contains("line 1, column 13"),
            "{error}"
        );
    }
    assert!(error("((first,b):-1,c);").to_string().contains("the unnamed node above \"first\""));
    assert!(error("(:-1);").to_string().contains("an unnamed node is"));
}

#[test]
fn takes_negative_lengths_as_zero_on_request_but_never_nan() {
    let clamp = |text: &str| parse_newick(text.as_bytes(), NegativeLengths::Zero);
    assert_eq!(clamp("(a:-0.5,b:1);").unwrap().lengths(), [0.0, 0.0, 1.0]);
    assert!(clamp("(a:nan,b:1);").is_err() && clamp("(a:-inf,b:1);").is_err() && clamp("(a:-x,b:1);").is_err());
}

#[test]
fn refuses_empty_text_several_trees_and_trailing_text() {
    for text in ["", " \n", ";", "[only a comment]", "\u{feff}"] {
        assert_eq!(error(text).code(), "TREE_EMPTY", "{text:?}");
    }
    assert_eq!(error("(a,b);\n(c,d);").code(), "NEWICK_SEVERAL_TREES");
    assert!(error("(a,b);\n(c,d);").to_string().contains("line 2, column 1"));
    assert_eq!(error("(a,b); tail").code(), "NEWICK_TRAILING_TEXT");
    assert_eq!(error("(a,b);;").code(), "NEWICK_TRAILING_TEXT");
    assert_eq!(error("(a,b)(c,d);").code(), "NEWICK_INVALID");
}

#[test]
fn refuses_names_and_comments_that_never_end_and_text_that_is_not_utf8() {
    assert!(error("(a,'b);").to_string().contains("line 1, column 4"));
    assert!(error("(a,b)[;").to_string().contains("line 1, column 6"));
    assert_eq!(error("('a'b,c);").code(), "NEWICK_INVALID");
    assert_eq!(error("(a:1:2,b);").code(), "NEWICK_INVALID");
    assert_eq!(error("(a[c]b,c);").code(), "NEWICK_INVALID");
    assert!(error("(a,b\0);").to_string().contains("NUL character at line 1, column 5"));
    let bytes = parse_newick(b"(a,\xff);", NegativeLengths::Refuse).err().unwrap();
    assert_eq!(bytes, TableError::TextNotUtf8 { byte: 3 });
}

/// Trees of any shape: each node hangs on the node before it or on one of that node's ancestors.
fn trees() -> impl Strategy<Value = Phylogeny> {
    let node = (any::<prop::sample::Index>(), prop_oneof![Just(0.0), 0.0..1e3f64, any::<f64>()], "[^\\x00]{0,6}");
    prop::collection::vec(node, 1..60).prop_map(|nodes| {
        let mut parents = vec![NO_NODE];
        for (up, _, _) in &nodes[1..] {
            let mut path = vec![parents.len() as u32 - 1];
            while let Some(&top) = path.last().filter(|&&node| node != 0) {
                path.push(parents[top as usize]);
            }
            parents.push(path[up.index(path.len())]);
        }
        let lengths = nodes.iter().map(|(_, length, _)| if length.is_finite() { length.abs() } else { 1.5 });
        // The number in front keeps tips apart and names free of blanks at their ends.
        let names: Vec<String> = nodes.iter().enumerate().map(|(i, (_, _, name))| format!("{i}_{name}.")).collect();
        Phylogeny::from_arrays(parents, lengths.collect(), &names).expect("the arrays are in preorder")
    })
}

proptest! {
    #[test]
    fn any_tree_survives_being_written_and_read(tree in trees()) {
        let again = parse(&write_newick(&tree)).unwrap();
        prop_assert_eq!(again.parents(), tree.parents());
        prop_assert_eq!(again.lengths(), tree.lengths());
        prop_assert_eq!(names(&again), names(&tree));
        for &tip in tree.tips() {
            prop_assert_eq!(again.tip(tree.name(tip)), Some(tip));
        }
    }

    #[test]
    fn no_mutated_text_panics_and_what_is_accepted_is_a_tree(
        tree in trees(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0u8..3), 1..8),
    ) {
        let mut bytes = write_newick(&tree).into_bytes();
        for (at, byte, kind) in edits {
            let at = at.index(bytes.len().max(1)).min(bytes.len());
            let byte = if byte < 128 { b"()[],:;'\"0.e-x \n"[byte as usize % 16] } else { byte };
            match kind {
                0 => bytes.insert(at, byte),
                1 if at < bytes.len() => bytes[at] = byte,
                _ => bytes.truncate(bytes.len() - (bytes.len() - at).min(3)),
            }
        }
        if let Ok(tree) = parse_newick(&bytes, NegativeLengths::Refuse) {
            let names = names(&tree);
            prop_assert!(Phylogeny::from_arrays(tree.parents().to_vec(), tree.lengths().to_vec(), &names).is_ok());
        }
    }

    #[test]
    fn no_text_of_newick_bytes_panics(text in "[(),:;'\"\\[\\]ab0.e\\- \n]{0,80}") {
        let _ = parse(&text);
    }
}

#[test]
fn hostile_texts_of_a_million_bytes_are_read_in_linear_time() {
    let n = 1_000_000;
    let started = std::time::Instant::now();
    for text in [
        "(".repeat(n),
        ")".repeat(n),
        "[".repeat(n),
        "'".repeat(n),
        "(,".repeat(n),
        ",".repeat(n),
        "a[".repeat(n) + &"]".repeat(n),
        "(".repeat(n) + &")".repeat(n) + ":-1",
        "(".repeat(n) + &")".repeat(n) + ";x",
        "a\n".repeat(n) + "(",
    ] {
        let _ = parse(&text);
    }
    // Quadratic work on any of them would take minutes.
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
