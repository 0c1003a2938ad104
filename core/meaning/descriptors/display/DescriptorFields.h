#pragma once

#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <string>

namespace countersign::meaning {

/// What one entry of `display.formats` says about the data.
struct FormattedData
{
    /// understood: every field could be shown and everything that is asked for (mustMatch) holds. Its fields
    /// are the descriptor's, in its order, then the console's own: addresses behind names, and what the
    /// descriptor leaves out.
    Meaning meaning;
    /// The descriptor's, in a few words.
    std::string intent;
};

/// Shows the fields of an entry (see "Structured data format specification"). What it does not show of the
/// data is a finding (descriptor.hidden), and then nothing is understood.
FormattedData formatData(const Json& entry, const DescriptorScope& scope);

}  // namespace countersign::meaning
