#pragma once
// What nearly every file of ours includes; kept small so that a change elsewhere does not rebuild the house.
#include <QByteArray>
#include <QObject>
#include <QString>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>
