#pragma once

#include "ui/window/MainWindow.h"

#include <QElapsedTimer>
#include <QPointer>

namespace countersign {

class ComposeDialog;

/// Screenshots of the window, for the documentation and for looking at it with fresh eyes: every page in both
/// themes and two sizes, each taken when nothing is being fetched any more. Works without a display
/// (offscreen).
class Screenshots : public QObject
{
    Q_OBJECT

public:
    Screenshots(MainWindow& window, ProfileSession& session, QString folder, QObject* parent = nullptr);

    /// Empty: both themes, or both sizes.
    void restrictTo(const QString& theme, const QSize& size);
    void start();

Q_SIGNALS:
    /// The number of pictures, or 0 with the reason.
    void finished(int pictures, const QString& problem);

private:
    struct Step
    {
        QString name;
        std::function<void()> prepare;
        std::function<bool()> ready;
        QPointer<QWidget> widget;
        bool isPicture = true;
    };
    void plan();
    void planRound(const QString& theme, const QSize& size);
    void add(const QString& name, std::function<void()> prepare);
    /// filter: what the page's search holds; the page that is left is left without one.
    void show(QLatin1StringView page, const QString& filter);
    void addPage(const QString& picture, QLatin1StringView name, const QString& filter);
    /// The dialogs over the jobs.
    void addJobs();
    /// open: what is opened in the review before its picture is taken.
    void addReview(const QString& name, const QString& filter, std::function<void(ReviewDialog&)> open = {});
    /// The composer, empty and with a token's transfer that the node was asked about.
    void addComposer();
    void addFinder();
    ComposeDialog* composer() const;
    void addNoProfile(const QString& suffix, const QSize& size);
    void advance();
    void begin();
    bool save(const Step& step);
    bool sessionAtRest() const;

    MainWindow& m_window;
    ProfileSession& m_session;
    QString m_folder;
    QString m_theme;
    QSize m_size;
    QString m_suffix;
    QList<Step> m_steps;
    int m_next = 0;
    bool m_begun = false;
    QTimer m_poll;
    QElapsedTimer m_since;
    QPointer<QDialog> m_dialog;  ///< the one that is being drawn
    std::unique_ptr<ProfileSession> m_emptySession;
    std::unique_ptr<ProfileReader> m_emptyReader;
    std::unique_ptr<WindowState> m_emptyState;
    std::unique_ptr<MainWindow> m_emptyWindow;
};

}  // namespace countersign
