"""What was measured, beside what is to be reached, a line each as scripts/bench writes them."""

import sys

missed = []


def line(what, value, goal, reached):
    """Says it, and keeps it in mind where the goal is missed."""
    if not reached:
        missed.append(what)
    print(f"{what:<62} {value:>12}   goal {goal}{'' if reached else '  ✗ missed'}", flush=True)


def end():
    """Ends the program: with 1 where a goal was missed."""
    sys.exit(f"missed: {'; '.join(missed)}" if missed else 0)
