#pragma once

#include "core/meaning/KnownLists.h"

namespace countersign::meaning {

class Descriptors;

/// What an explanation may draw on.
struct Knowledge
{
    const KnownLists& lists = KnownLists::builtin();
    /// ERC-7730; nothing where none are loaded. What the console knows itself comes first.
    const Descriptors* descriptors = nullptr;
};

}  // namespace countersign::meaning
