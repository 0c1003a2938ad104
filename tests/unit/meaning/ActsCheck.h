#pragma once

#include "core/meaning/Meaning.h"

#include <QTest>

#include <algorithm>
#include <optional>

namespace countersign::testing {

/// What every sample of these tests must keep, so that no rule of a policy is passed by: there is an act, one
/// of them is unknown if and only if it is not understood, and each kind but that has a place to stand.
inline const meaning::Meaning& withActs(const meaning::Meaning& meaning)
{
    const std::optional<meaning::IntentKind> unknown = meaning::IntentKind::Unknown;
    const bool isUnknown =
        std::ranges::find(meaning.acts, unknown, &meaning::Act::kind) != meaning.acts.end();
    if (meaning.acts.empty() || isUnknown == meaning.understood) {
        QTest::qFail(meaning.acts.empty() ? "no act"
                     : isUnknown          ? "an unknown act of what is understood"
                                          : "no unknown act of what is not understood",
                     __FILE__, __LINE__);
    }
    return meaning;
}

}  // namespace countersign::testing
