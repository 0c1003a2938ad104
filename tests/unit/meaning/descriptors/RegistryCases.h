#pragma once

#include "core/base/Result.h"
#include "core/meaning/Knowledge.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/Descriptors.h"

#include <QString>

#include <string>
#include <vector>

// The tests that come with the registry of ERC-7730 descriptors
// (github.com/ethereum/clear-signing-erc7730-registry), in both of their forms. They are too large for the
// repository; they lie beside the checkout or where COUNTERSIGN_VECTORS says.

namespace countersign::registry {

/// The folder with registry/ and ercs/.
QString rootPath();

struct Case
{
    QString name;   ///< file and description
    Json test;      ///< one element of "tests"
    Json provider;  ///< "dataProvider" of the file, or null
};

/// Of registry/*/tests and registry/*/testsv2.
std::vector<Case> cases();

/// Explains the test's transaction or typed data. InvalidInput where it cannot be read.
Result<std::optional<meaning::Meaning>> explain(const Case& wanted, const meaning::Descriptors& descriptors);

/// Whether the fields are in the meaning, in their order; other fields may stand between. The first form of
/// the tests has texts that were read from a device's screen: labels and values one after the other, with
/// line breaks as blanks, and with words of the device among them.
bool hasExpected(const Case& wanted, const meaning::Meaning& meaning);

}  // namespace countersign::registry
