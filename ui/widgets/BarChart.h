#pragma once

#include "ui/theme/ThemeColors.h"

#include <QList>
#include <QWidget>

namespace countersign {

/// A chart of a few counts as horizontal bars with their names and numbers. Each bar can be chosen, with the
/// mouse or with the arrow keys and Enter; all that is drawn is told to assistive technology as text.
class BarChart : public QWidget
{
    Q_OBJECT

public:
    struct Bar
    {
        QString key;  ///< of barChosen
        QString name;
        qint64 count = 0;
        Tone tone = Tone::Neutral;

        bool operator==(const Bar&) const = default;
    };

    explicit BarChart(const QString& title, QWidget* parent = nullptr);

    void setBars(const QList<Bar>& bars);
    const QList<Bar>& bars() const { return m_bars; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    void barChosen(const QString& key);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    int rowAt(int y) const;
    int nameWidth() const;
    int numberWidth() const;
    void setCurrent(int row);
    void tellAssistiveTechnology();

    QString m_title;
    QList<Bar> m_bars;
    int m_current = 0;
};

}  // namespace countersign
