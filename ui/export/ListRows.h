#pragma once

#include "core/base/encoding/CsvWriter.h"
#include "core/base/encoding/Json.h"
#include "core/delegation/WalletCatalog.h"
#include "core/inbox/delivery/DeliveryCatalog.h"
#include "core/signing/store/JobCatalog.h"
#include "ui/export/ExportButton.h"

#include <algorithm>
#include <span>

namespace countersign {

/// A row of a list as flat JSON: every row of a kind has the same members in the same order, null where there
/// is nothing. Times are ISO 8601. No secret and no body is among them.
Json exportRow(const Wallet& wallet);
Json exportRow(const Job& job);
Json exportRow(const Delivery& delivery);
Json exportRow(const QuarantineItem& item);

/// One line of CSV: the names of a row's members, or their values.
std::string csvNames(const Json& row);
std::string csvValues(const Json& row);

/// The rows under these ids, page by page, in one of the formats "csv" and "json" (one array).
template <typename Catalog>
Status exportRows(const Catalog& catalog, std::span<const std::int64_t> ids, bool asCsv, ExportSink& sink)
{
    constexpr std::size_t rowsPerPage = 500;
    qint64 done = 0;
    for (std::size_t first = 0; first < ids.size(); first += rowsPerPage) {
        ASSIGN_OR_RETURN(const auto rows,
                         catalog.rows(ids.subspan(first, std::min(rowsPerPage, ids.size() - first))));
        std::string text;
        for (const auto& row : rows) {
            const Json json = exportRow(row);
            if (asCsv) {
                text += (done == 0 ? csvNames(json) : std::string()) + csvValues(json);
            } else {
                text += (done == 0 ? "[" : ",\n ") + dumpJson(json);
            }
            ++done;
        }
        RETURN_IF_ERROR(sink.write(text));
        sink.progress(done, static_cast<qint64>(ids.size()));
    }
    return asCsv ? Status() : sink.write(done == 0 ? "[]\n" : "]\n");
}

/// CSV and JSON of what a question finds. question() is called when the operator chose, and returns a
/// function that runs on the exporting thread: Status(Database&, bool asCsv, ExportSink&).
template <typename Question>
QList<ExportButton::Format> listFormats(Question question)
{
    const auto write = [question](bool asCsv) {
        return [question, asCsv]() -> ExportTask::Write {
            return [run = question(), asCsv](Database& database, ExportSink& sink) {
                return run(database, asCsv, sink);
            };
        };
    };
    return {{QStringLiteral("CSV …"), QStringLiteral("csv"), write(true)},
            {QStringLiteral("JSON …"), QStringLiteral("json"), write(false)}};
}

}  // namespace countersign
