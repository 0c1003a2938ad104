#pragma once

#include "core/base/encoding/Json.h"
#include "ui/review/content/ReviewContent.h"

namespace countersign {

/// The members of typed data's message in the document's order, each with the type that the document
/// declares; bounded in depth and number, and saying so where it ends early.
QList<ContentNode> typedDataTree(const Json& typedData, const std::string& primaryType);

/// A scalar as it stands in the document, with everything that hides made visible.
QString scalarText(const Json& value);

}  // namespace countersign
