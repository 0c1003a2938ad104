#pragma once

#include "ui/approvals/WaitingDetail.h"
#include "ui/approvals/WaitingModel.h"
#include "ui/pages/frame/ListPage.h"

namespace countersign {

/// The page "Waiting for you": every open job with who approved it and who may, and what it needs of this
/// desk's operator. What an operator says is said in the review.
class WaitingPage : public ListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"waiting"};

    WaitingPage(ApprovalControl& control, const Clock& clock, WindowState& state, QWidget* parent = nullptr);

    WaitingModel* model() const { return m_model; }
    WaitingDetail* detail() const { return m_detail; }
    QPushButton* ownOnlyButton() const { return m_ownOnly; }
    QString answer() const { return m_answer->isVisibleTo(this) ? m_answer->text() : QString(); }

    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_isReading && !m_isWantedAgain && !m_soon.isActive(); }
    void tick() override;
    void repaintTimes() override { m_model->repaintRows(); }

    void chooseStatement();
    void takeStatement(const QString& file);

Q_SIGNALS:
    void reviewWanted(const QString& jobId);
    void rejectWanted(const QString& jobId);

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    void build();
    void read();
    void take(Result<WaitingJobs> waiting);
    void keepSelection();
    void updateState();

    ApprovalControl& m_control;
    const Clock& m_clock;
    WaitingModel* m_model = nullptr;
    WaitingDetail* m_detail = nullptr;
    QPushButton* m_ownOnly = nullptr;
    QPushButton* m_bring = nullptr;
    QLabel* m_answer = nullptr;
    std::optional<Error> m_error;
    std::string m_selected;
    QString m_filterText;
    QTimer m_soon;  ///< until what changed is read
    bool m_isStarted = false;
    bool m_isReading = false;
    bool m_isWantedAgain = false;
    bool m_isRead = false;
    bool m_isCut = false;
};

}  // namespace countersign
