#pragma once

#include "core/addressbook/AddressCatalog.h"
#include "ui/export/ExportTask.h"

namespace countersign {

/// Writes the entries that a filter finds as CSV, as "addresses import" and the window's import read it; on
/// the exporting thread, page by page.
Status exportAddressCsv(Database& database, const AddressFilter& filter, const AddressOrder& order,
                        ExportSink& sink);

}  // namespace countersign
