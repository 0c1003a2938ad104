#pragma once

#include "ui/pages/frame/ListPage.h"
#include "ui/revocation/RevocationProgress.h"
#include "ui/revocation/models/RevocationListModel.h"

namespace countersign {

/// The revocations page: the revocations of this profile, and what became of each wallet of the selected one.
/// They are read with the profile's keys, so that nobody who can only write its file can change what they
/// say; a locked profile shows none.
class RevocationsPage : public ListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"revocations"};

    RevocationsPage(RevocationControl& control, const Clock& clock, WindowState& state,
                    QWidget* parent = nullptr);

    RevocationListModel* model() const { return m_model; }
    RevocationProgress* progress() const { return m_progress; }
    void selectRevocation(const QString& revocationId);

    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_isReading && !m_isWantedAgain && m_progress->isSettled(); }
    void repaintTimes() override;

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void revokeWanted(const QString& walletId);
    /// The empty state's advice.
    void walletsWanted();

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    void take(const Result<RevocationControl::Summaries>& summaries);
    void updateState();
    void keepSelection();

    RevocationControl& m_control;
    const Clock& m_clock;
    RevocationListModel* m_model = nullptr;
    RevocationProgress* m_progress = nullptr;
    QString m_selected;
    std::optional<Error> m_error;
    bool m_isStarted = false;
    bool m_isReading = false;
    bool m_isWantedAgain = false;
    bool m_isRead = false;
    bool m_isStale = false;  ///< something changed since it was read
    UnixMillis m_readAt = 0;
};

}  // namespace countersign
