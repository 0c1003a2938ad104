#pragma once

#include "ui/session/WalletSelection.h"

#include <QString>

#include <cstdint>
#include <vector>

namespace countersign {

class Page;
class ReviewDialog;

/// Where a page can lead. The window is one; a page is given it with its connections (PageTable) and so needs
/// to know neither the window nor the other pages' classes.
class Navigator
{
public:
    Navigator() = default;
    Navigator(const Navigator&) = delete;
    Navigator& operator=(const Navigator&) = delete;
    virtual ~Navigator() = default;

    virtual void showPage(QLatin1StringView name) = 0;
    /// With this in its search.
    virtual void showFiltered(QLatin1StringView name, const QString& filter) = 0;
    /// With this row selected and its detail shown.
    virtual void showRow(QLatin1StringView name, std::int64_t id) = 0;
    /// One review per job: a second request brings the first to the front.
    virtual ReviewDialog* openReview(const QString& jobId) = 0;
    virtual void startRejecting(const QString& jobId) = 0;
    /// Shows what these jobs (rows of their table) do together, and approves them only after that.
    virtual void approveSeveral(const std::vector<std::int64_t>& rows) = 0;
    /// walletId may be empty: the operator chooses.
    virtual void compose(const QString& walletId) = 0;
    /// Asks what is to be said before delegations are ended; nothing happens before that.
    virtual void revoke(const WalletSelection& selection) = 0;
    virtual void showRevocation(const QString& revocationId) = 0;
    /// Asks for a job document.
    virtual void chooseJobFile() = 0;
    /// Submits the document in this file and opens its review.
    virtual void openJobFile(const QString& file) = 0;
};

}  // namespace countersign
