#include "core/inspection/environment/EnvironmentCheckStore.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct EnvironmentCheckStoreText
{
    Q_DECLARE_TR_FUNCTIONS(EnvironmentCheckStoreText)
};

constexpr std::size_t longestReport = std::size_t{512} * 1024;

bool isReadable(const std::string& report)
{
    return report.size() <= longestReport && environmentCheckFrom(report).has_value();
}

template <typename T>
void leaveOut(Answer<T>& answer)
{
    answer.value.reset();
    answer.why = EnvironmentCheckStoreText::tr("Dynamic answered with more than is kept.").toStdString();
}

/// What can be read again, whatever Dynamic answered: lists that are too long are left out, and say so.
std::string reportOf(EnvironmentCheck check)
{
    std::string report = dumpJson(toJson(check));
    if (!isReadable(report)) {
        leaveOut(check.webhooks);
        report = dumpJson(toJson(check));
    }
    if (!isReadable(report)) {
        leaveOut(check.keys);
        leaveOut(check.scopes);
        report = dumpJson(toJson(check));
    }
    return report;
}

}  // namespace

Status EnvironmentCheckStore::put(const EnvironmentCheck& check)
{
    return attempt([&]() -> Status {
        SQLite::Statement upsert(m_database.handle(),
                                 "INSERT INTO environment_check (id, checked_at, report) VALUES (1, ?, ?) "
                                 "ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, "
                                 "report = excluded.report");
        upsert.bind(1, check.checkedAt);
        upsert.bind(2, reportOf(check));
        upsert.exec();
        return {};
    });
}

Result<std::optional<EnvironmentCheck>> EnvironmentCheckStore::newest() const
{
    return attempt([&]() -> Result<std::optional<EnvironmentCheck>> {
        // What is longer than any report of ours is not even read.
        SQLite::Statement query(m_database.handle(),
                                "SELECT report FROM environment_check WHERE id = 1 AND length(report) <= "
                                "524288");
        return query.executeStep() ? environmentCheckFrom(query.getColumn(0).getString()) : std::nullopt;
    });
}

}  // namespace countersign
