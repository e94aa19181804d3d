//! What is drawn: the mark, and the figures that stand where no photo is yet. Shapes only; colours are the style sheet's.

use leptos::prelude::*;

/// The mark: a clothes hanger.
pub(super) fn mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 64 64" width="36" height="36" aria-hidden="true">
            <path d="M25 15.5a7 7 0 1 1 10.5 6c-2.3 1.3-3.5 2.7-3.5 5.5v1M32 28 9 42M32 28l23 14" />
            <path class="accent" d="M9 42c6 9.500 14 14 23 14s17-4.500 23-14" />
        </svg>
    }
}

/// A person, full length.
pub(super) fn person() -> AnyView {
    view! {
        <svg class="drawing" viewBox="0 0 120 180" aria-hidden="true">
            <g class="body">
                <circle cx="60" cy="27" r="12.500" />
                <path d="M55 36h10v12H55z" />
                <path d="M42 53c5-6 31-6 36 0l-3 27c-1 10 1 18 3 27H42c2-9 4-17 3-27z" />
                <path class="limb" d="M44 56 37 84l1 25M76 56l7 28-1 25" />
                <path class="leg" d="M50 108l1.500 57M70 108l-1.500 57" />
            </g>
        </svg>
    }
    .into_any()
}

/// A dress on a hanger.
pub(super) fn outfit() -> AnyView {
    view! {
        <svg class="drawing" viewBox="0 0 120 180" aria-hidden="true">
            <path class="hanger" d="M55 22a5.500 5.500 0 1 1 8.200 4.800c-2 1.200-3.200 2.200-3.200 4.700v4M60 35 34 51M60 35l26 16" />
            <path class="cloth" d="M45 46l-2 18c1 12 3 18 2 27l-18 58c20 9 46 9 66 0L75 91c-1-9 1-15 2-27l-2-18-7 2c-2 9-14 9-16 0z" />
            <path class="fold" d="M45 91c10 3 20 3 30 0M52 101l-6 42M60 102v46M68 101l6 42" />
        </svg>
    }
    .into_any()
}

/// The person in the dress.
pub(super) fn look() -> AnyView {
    view! {
        <svg class="drawing" viewBox="0 0 120 180" aria-hidden="true">
            <g class="body">
                <circle cx="60" cy="27" r="12.500" />
                <path d="M55 36h10v12H55z" />
                <path d="M42 53c5-6 31-6 36 0l-3 27H45z" />
                <path class="limb" d="M44 56 37 84l1 25M76 56l7 28-1 25" />
                <path class="leg" d="M50 118l1.500 47M70 118l-1.500 47" />
            </g>
            <path class="cloth worn" d="M47 50l-2 15c1 8 2 12 1 18l-13 47c17 7 37 7 54 0L74 83c-1-6 0-10 1-18l-2-15-6 1c-2 8-12 8-14 0z" />
            <path class="fold" d="M46 84c9 3 19 3 28 0M53 94l-5 32M60 95v36M67 94l5 32" />
        </svg>
    }
    .into_any()
}
