#include "services/sandbox/webhooks/RetrySchedule.h"

#include <QCoreApplication>

#include <algorithm>
#include <charconv>

namespace countersign::sandbox {

namespace {

struct RetryScheduleText
{
    Q_DECLARE_TR_FUNCTIONS(RetryScheduleText)
};

constexpr std::size_t maxRetries = 10;
constexpr std::chrono::hours maxDistance{24};

std::optional<std::chrono::milliseconds> parseSeconds(std::string_view text)
{
    double seconds = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), seconds, std::chars_format::fixed);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds >= 0) ||
        seconds > std::chrono::duration<double>(maxDistance).count()) {
        return std::nullopt;
    }
    return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(seconds));
}

}  // namespace

RetrySchedule::RetrySchedule() : RetrySchedule({std::chrono::seconds(15), std::chrono::seconds(60)}) {}

RetrySchedule::RetrySchedule(std::vector<std::chrono::milliseconds> distances)
    : m_distances(std::move(distances))
{}

Result<RetrySchedule> RetrySchedule::parse(std::string_view text)
{
    std::vector<std::chrono::milliseconds> distances;
    while (true) {
        const std::size_t comma = text.find(',');
        const auto distance = parseSeconds(text.substr(0, comma));
        if (!distance || distances.size() == maxRetries ||
            (!distances.empty() && *distance < distances.back())) {
            return failure(
                ErrorCode::InvalidInput,
                RetryScheduleText::tr("A retry schedule is a list of ascending seconds, such as 15,60."));
        }
        distances.push_back(*distance);
        if (comma == std::string_view::npos) {
            return RetrySchedule(std::move(distances));
        }
        text.remove_prefix(comma + 1);
    }
}

std::optional<UnixMillis> RetrySchedule::nextAttempt(int attempts, UnixMillis firstAttempt) const
{
    if (attempts < 1 || attempts >= maxAttempts()) {
        return std::nullopt;
    }
    return firstAttempt + m_distances[static_cast<std::size_t>(attempts) - 1].count();
}

void RetrySchedule::apply(const AttemptOutcome& outcome, Message& message) const
{
    if (message.attempts == 0) {
        message.roundStart = outcome.startedAt;
    }
    ++message.attempts;
    message.lastAttemptAt = outcome.startedAt;
    message.lastHttpStatus = outcome.httpStatus;
    message.lastError = outcome.error;
    if (outcome.delivered) {
        message.status = MessageStatus::Delivered;
        return;
    }
    const auto next = nextAttempt(message.attempts, message.roundStart);
    message.status = next ? MessageStatus::Pending : MessageStatus::Failed;
    message.nextAttemptAt = next.value_or(message.nextAttemptAt);
}

}  // namespace countersign::sandbox
