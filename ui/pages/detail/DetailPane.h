#pragma once

#include "ui/session/reading/ProfileReader.h"

#include <QLabel>
#include <QWidget>

namespace countersign {

/// The base of the detail panes: what stands beside a list shows one row of it, and must behave alike
/// everywhere: nothing is selected, the row is being read, it is gone or cannot be read, or its content is
/// there. An answer about a row that is no longer selected is dropped.
class DetailPane : public QWidget
{
    Q_OBJECT

public:
    /// nothingSelected: the sentence in place of a content.
    DetailPane(ProfileReader& reader, const QString& nothingSelected, QWidget* parent);

    /// 0: nothing is selected.
    void setRow(std::int64_t id);
    std::int64_t row() const { return m_id; }
    void refresh();
    virtual bool isSettled() const { return !m_loading; }

protected:
    /// What the pane is built in.
    QWidget* content() const { return m_content; }
    /// Asks for row(), which is not 0, with ask().
    virtual void read() = 0;
    /// What was shown is not shown any more.
    virtual void forget() {}

    /// work: on the reader's thread, for a row's id; show: here, when there is something to show.
    template <typename Known, typename Work, typename Show>
    void ask(Work work, Show show)
    {
        m_reader.query(
            this, [id = m_id, work](Database& database) { return work(database, id); },
            [this, generation = m_generation, show](Result<Known> known) {
                if (generation != m_generation) {
                    return;
                }
                take(known ? QString() : known.error().sentence, known.has_value());
                if (known) {
                    show(std::move(*known));
                }
            });
    }

private:
    void take(const QString& obstacle, bool there);

    ProfileReader& m_reader;
    std::int64_t m_id = 0;
    std::uint64_t m_generation = 0;
    bool m_loading = false;
    QString m_nothingSelected;
    QLabel* m_placeholder = nullptr;
    QWidget* m_content = nullptr;
};

}  // namespace countersign
