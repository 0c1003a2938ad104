#include "ui/addresses/AddressExport.h"

#include "core/addressbook/AddressCsv.h"

#include <algorithm>

namespace countersign {

Status exportAddressCsv(Database& database, const AddressFilter& filter, const AddressOrder& order,
                        ExportSink& sink)
{
    constexpr std::size_t rowsPerPage = 500;
    const AddressCatalog catalog(database);
    ASSIGN_OR_RETURN(const auto keys, catalog.keys(filter, order));
    const std::string head = addressCsv({});
    RETURN_IF_ERROR(sink.write(head));
    const std::span<const AddressKey> all(keys);
    for (std::size_t first = 0; first < all.size(); first += rowsPerPage) {
        const auto page = all.subspan(first, std::min(rowsPerPage, all.size() - first));
        ASSIGN_OR_RETURN(auto found, catalog.entries(page));
        std::vector<AddressEntry> entries;
        for (std::optional<AddressEntry>& entry : found) {
            if (entry) {
                entries.push_back(*std::move(entry));
            }
        }
        RETURN_IF_ERROR(sink.write(std::string_view(addressCsv(entries)).substr(head.size())));
        sink.progress(static_cast<qint64>(first) + static_cast<qint64>(page.size()),
                      static_cast<qint64>(all.size()));
    }
    return {};
}

}  // namespace countersign
