#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Milliseconds since 1970-01-01T00:00:00Z, what every table and message of ours stores.
using UnixMillis = std::int64_t;

/// A source of the current time that can be replaced. Expiry, staleness and liveness depend on the time, and
/// tests must be able to set it.
class Clock
{
public:
    virtual ~Clock() = default;
    virtual UnixMillis now() const = 0;
};

class SystemClock final : public Clock
{
public:
    UnixMillis now() const override;
};

/// Stands still until a test moves it.
class ManualClock final : public Clock
{
public:
    explicit ManualClock(UnixMillis start = 0) : m_now(start) {}
    UnixMillis now() const override { return m_now; }
    void set(UnixMillis time) { m_now = time; }
    void advance(std::chrono::milliseconds step) { m_now += step.count(); }

private:
    UnixMillis m_now;
};

/// "2026-11-22T08:00:00.000Z": ISO 8601, UTC, milliseconds. Times outside the years 1970–9999 are clamped.
std::string toIso8601(UnixMillis time);

/// Strict: "YYYY-MM-DDTHH:MM:SS[.f…](Z|±HH:MM)", calendar-checked, years 1970–9999; fractions beyond
/// milliseconds are cut. Anything else (spaces, missing zone, 24:00, leap second, trailing characters) is
/// nothing.
std::optional<UnixMillis> fromIso8601(std::string_view text);

}  // namespace countersign
