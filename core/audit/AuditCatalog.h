#pragma once

#include "core/audit/AuditLog.h"

#include <cstdint>
#include <string>
#include <vector>

namespace countersign {

/// Which entries are shown.
struct AuditFilter
{
    std::string kind;  ///< what the kind begins with: "job." or "job.signed"
    std::string text;  ///< in kind, subject or detail, whatever the case of its ASCII letters

    bool operator==(const AuditFilter&) const = default;
};

/// An entry by its number, as the models of the window want it.
struct AuditRow : AuditEntry
{
    std::int64_t id = 0;  ///< seq
};

/// Reading the record for showing it, newest first and by key; needs no keys of the vault and judges nothing.
/// Rows with numbers that no entry can have are left out (AuditLog::verify tells them).
class AuditCatalog
{
public:
    explicit AuditCatalog(Database& database) : m_database(database) {}

    Result<std::vector<std::int64_t>> ids(const AuditFilter& filter) const;
    Result<std::vector<AuditRow>> firstRows(const AuditFilter& filter, int limit) const;
    /// In any order; what is gone is left out.
    Result<std::vector<AuditRow>> rows(const std::vector<std::int64_t>& ids) const;
    /// NotFound.
    Result<AuditRow> find(std::int64_t seq) const;

    /// Where checkpoints were made, and where the record was sealed anew.
    struct Marks
    {
        std::int64_t entries = 0;  ///< the last number
        std::vector<AuditRow> checkpoints;
        std::vector<AuditRow> reseals;
    };
    /// At most 500 of each, the newest.
    Result<Marks> marks() const;

private:
    Database& m_database;
};

}  // namespace countersign
