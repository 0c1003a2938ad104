#pragma once

#include <QString>

#include <string>

namespace countersign {

/// What somebody else wrote, as a finding shows it.
QString shownText(const std::string& text);
/// The title, and the detail where there is one to be seen.
QString withDetail(const QString& title, const std::string& detail);

}  // namespace countersign
